/** The app’s neutral sign: a notebook, nothing more. */
export const Mark = () => (
  <svg viewBox="0 0 48 48" aria-hidden="true">
    <rect width="48" height="48" rx="10" fill="#14323d" />
    <rect x="11" y="9" width="26" height="30" rx="3" fill="#f4f2ec" />
    <rect x="15" y="9" width="2" height="30" fill="#d9a441" />
    <path d="M20 16h13M20 21h9M20 26h11M20 31h6" stroke="#14323d" stroke-width="2" />
  </svg>
);
