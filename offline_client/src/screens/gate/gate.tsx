/** The frame of the pages before the work is open. They say nothing of the work. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Mark } from "../../ui/mark.tsx";

export function Gate({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), [title]);
  return (
    <main class="gate">
      <div class="sheet">
        <p class="brand">
          <Mark /> Daybook
        </p>
        <h1 ref={head} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </div>
    </main>
  );
}

export const Refused = ({ why }: { readonly why: string }) => (
  <Gate title="The app cannot run here">
    <p>{why}</p>
  </Gate>
);

export const Starting = () => (
  <main class="gate" aria-busy="true">
    <h1 class="unseen">Starting</h1>
  </main>
);
