/** Why a file cannot be read as a bundle. Thrown where that shows, caught once, by `verify`. */
export class BrokenBundle extends Error {}
