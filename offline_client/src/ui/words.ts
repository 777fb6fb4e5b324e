/**
 * Times and counts in the words an officer uses: 24 hours, the tablet's own zone. Spelled here, for the browser's own
 * formats cost tens of milliseconds when the first of them is made.
 */
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];
const SHORT = 3;
const two = (part: number): string => String(part).padStart(2, "0");
const clockOf = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;
const monthOf = (at: Date): string => MONTHS[at.getMonth()] ?? "";
const dayOf = (at: Date): string => `${DAYS[at.getDay()]} ${at.getDate()} ${monthOf(at)}`;
const shortDayOf = (at: Date): string => `${at.getDate()} ${monthOf(at).slice(0, SHORT)}`;

/** A time that no calendar has is shown as it was written: one odd clock must not cost the page. */
const told = (words: (at: Date) => string, time: string | number | Date): string => {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? String(time) : words(at);
};

export const clock = (time: string | number | Date): string => told(clockOf, time);

/** "Sunday 22 November" for an ISO day, whatever the zone. */
export const dayWords = (day: string): string => told(dayOf, `${day}T12:00:00`);

export const today = (now: Date = new Date()): string => `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;

/** "14:02", or "21 Nov 14:02" when it was not today. */
export function moment(time: string, now: Date = new Date()): string {
  const then = new Date(time);
  return today(then) === today(now) ? clock(time) : `${told(shortDayOf, time)} ${clock(time)}`;
}

/** Today at "14:20", in the tablet’s own zone, as a full time. */
export function todayAt(text: string): string {
  const [hours, minutes] = text.split(":").map(Number);
  const at = new Date();
  at.setHours(hours ?? 0, minutes ?? 0, 0, 0);
  return at.toISOString().replace("Z", "+00:00");
}

export function age(time: string | null, now: number = Date.now()): string {
  if (time === null) return "never";
  const minutes = Math.max(0, Math.floor((now - Date.parse(time)) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} days ago`;
}

export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** A capital first: words of a list or a table stand alone here. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A name without what stands in brackets behind it: "Turkish", of "Turkish (many Bulgarian nationals)". */
export const short = (name: string): string => name.split(" (")[0] ?? name;

/** The time of a plan: it may be a full time or a bare "09:30". */
export const planned = (time: string): string => (/^\d{1,2}:\d{2}/.test(time) ? time.slice(0, 5) : clock(time));

const NATIVE = new Map<string, string>();
/** A language's name as its own speakers write it, so that a worker can point to it. */
export function nativeName(code: string): string {
  const known = NATIVE.get(code);
  if (known !== undefined) return known;
  const name = new Intl.DisplayNames([code], { type: "language", fallback: "none" }).of(code) ?? "";
  NATIVE.set(code, name);
  return name;
}
