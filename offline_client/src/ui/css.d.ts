/** The style sheet is bundled by the build; to TypeScript it is only a name. */
declare module "*.css";
