/** How far down each page of the trail was, so that coming back lands where one left. */
const left: number[] = [];
let landing: number | null = null;

const scroller = (): Element | null => document.querySelector("main.scroll");

export function leaveAt(depth: number): void {
  left[depth] = scroller()?.scrollTop ?? 0;
}

export function comeBackTo(depth: number): void {
  landing = left[depth] ?? 0;
}

/** Where a page just drawn should stand: where it was left, or at its top. */
export function land(): number {
  const place = landing ?? 0;
  landing = null;
  return place;
}

export function toTop(): void {
  scroller()?.scrollTo(0, 0);
}
