/** Whose word on a field may replace another's. The only place on the tablet that compares an agency. */
import type { OfficerId, SignerId } from "./ids.ts";

export type Author = {
  readonly signer: SignerId;
  readonly officer: OfficerId;
  readonly name: string;
  readonly agency: string;
  readonly visitLead: boolean;
  readonly operationLead: boolean;
};

/** Agencies by code, or anybody on the visit. */
export type WriteRight = { readonly agencies: ReadonlySet<string>; readonly anybody: boolean };
/** A field, or one option of it -> who may write it. */
export type Rights = (field: string) => WriteRight;

export const mayWrite = (author: Author, right: WriteRight): boolean =>
  author.visitLead || right.anybody || right.agencies.has(author.agency);

export const mayRule = (author: Author, right: WriteRight): boolean => author.operationLead || mayWrite(author, right);

/** Whether what the author writes down as decided counts: they are of an agency that data names for it. */
export const mayDecide = (author: Author, deciders: readonly string[]): boolean => deciders.includes(author.agency);

/** One officer's, on whatever tablet: one's own word may always be taken back. */
export const sameHand = (one: Author, other: Author): boolean => one.officer === other.officer;
