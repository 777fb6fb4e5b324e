import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen, parseAgreement, unseenBy } from "../../src/checklist/agreement.ts";
import { classOf, parseClasses, type Placed } from "../../src/checklist/classes.ts";
import type { Json } from "../../src/ledger/json.ts";
import { vectors } from "../support/vectors.ts";

type Case = { name: string; agency: string; sent: boolean; granted: string[]; open: string[]; unseen: string[] };
const placed = vectors<{ classes: Json; cases: (Placed & { name: string; class: string })[] }>("classes.json");
const given = vectors<{ classes: Json; agreement: Json; cases: Case[] }>("access.json");
const classes = parseClasses(placed.classes) ?? assert.fail("the table is none");
const agreement = parseAgreement(given.agreement) ?? assert.fail("the agreement is none");

for (const one of placed.cases) {
  test(`which class: ${one.name}`, () => assert.equal(classOf(classes, one), one.class));
}

for (const { name, agency, sent, granted, open, unseen } of given.cases) {
  test(`what is given: ${name}`, () => {
    const codes = classes.classes.map(({ code }) => code);
    assert.deepEqual(codes.filter((code) => granted.includes(code) || isOpen(agreement, { agency, sent }, code)), open);
    assert.deepEqual([...unseenBy(agreement, classes, { agency, sent }, new Set(granted))].sort(), unseen);
  });
}
