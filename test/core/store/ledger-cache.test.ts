import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { nodePorts, type FilePort } from "../../../src/core/base/ports.js";
import type { Fact } from "../../../src/core/store/fact.js";
import type { Ledger } from "../../../src/core/store/ledger.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { closeSide, openSide, type Side } from "./bench-store.js";

interface Noted extends Fact {
  readonly kind: "noted" | "other";
  readonly text: string;
  readonly thing: string;
}

const many = 70;

describe("the cache of the ledger", () => {
  let folder: string;
  let opened: string[];
  let listed: string[];
  const open: Side[] = [];
  const files: FilePort = {
    ...nodePorts.files,
    sync: () => undefined,
    syncFolder: () => undefined,
    readAll: (file) => {
      opened.push(file);
      return nodePorts.files.readAll(file);
    },
    list: (at) => {
      if (/\d{4}-\d\d$/.test(at)) listed.push(at);
      return nodePorts.files.list(at);
    },
  };
  const newLedger = (): Ledger => {
    const side = openSide(path.join(folder, ".loam"), { ...nodePorts, files });
    open.push(side);
    side.store.ledger.declareSubject(["noted"], "thing");
    return side.store.ledger;
  };
  const at = (...parts: string[]): string => path.join(folder, ".loam", ...parts);
  const factFiles = (where: string): string[] =>
    fs
      .readdirSync(where, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
      .map((entry) => path.join(entry.parentPath, entry.name));
  const note = (ledger: Ledger, n: number): Noted =>
    ledger.append<Noted>({
      kind: n % 3 === 0 ? "other" : "noted",
      text: `text ${String(n)}`,
      thing: `thing ${String(n % 5)}`,
    });
  const fill = (count = many): void => {
    const ledger = newLedger();
    for (let n = 0; n < count; n++) note(ledger, n);
    newLedger().refresh(); // reads what is there, and keeps it
  };
  const newLedgerRead = (): Ledger => {
    const ledger = newLedger();
    ledger.refresh();
    return ledger;
  };
  const told = (ledger: Ledger): unknown[] => {
    ledger.refresh();
    return [...ledger.entries]
      .map(({ name, kind, fact, heads, published }) => ({ name, kind, fact, heads, published }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  beforeEach(() => {
    folder = emptyFolder();
    opened = [];
    listed = [];
  });
  afterEach(() => {
    for (const side of open.splice(0)) closeSide(side);
  });

  it("spares opening the files of facts, and gives what stands in them", () => {
    fill();
    const ledger = newLedger();
    opened = [];
    ledger.refresh();
    assert.deepEqual(
      opened.map((file) => path.basename(file)),
      ["ledger.json", "ledger-months.json"],
    );
    assert.equal([...ledger.entries].length, many);
    const facts = told(ledger);
    assert.equal(opened.length, 2);
    fs.rmSync(at("cache"), { recursive: true });
    assert.deepEqual(facts, told(newLedger()));
  });

  /** As when the folders of months were changed a while ago. */
  const letRest = (): void => {
    const old = new Date(Date.now() - 60_000);
    for (const where of [at("ledger"), at("local", "ledger")])
      for (const month of fs.readdirSync(where)) fs.utimesSync(path.join(where, month), old, old);
    const until = Date.now() + 150; // nobody can set the time of a change of names
    while (Date.now() < until);
  };
  const lists = (work: (ledger: Ledger) => void): number => {
    const ledger = newLedger();
    listed = [];
    work(ledger);
    return listed.length;
  };

  it("spares listing the folders of months, also after facts that are too few to write it anew", () => {
    fill();
    letRest();
    const reading = (ledger: Ledger): void => void ledger.refresh();
    assert.equal(lists(reading), 2);
    assert.equal(lists(reading), 0);
    const written = note(newLedger(), 1000);
    const gone = factFiles(at("ledger"))[0] ?? "";
    fs.rmSync(gone);
    letRest();
    const before = told(newLedger());
    assert.equal(lists(reading), 0, "the one before noted what it listed");
    assert.deepEqual(told(newLedger()), before);
    assert.ok(before.some((one) => (one as { name: string }).name.startsWith(written.id)));
    assert.deepEqual(
      [...newLedgerRead().unpublished()].map(({ name }) => `${name}.json`),
      [path.basename(gone)],
    );
  });

  it("is not needed to write many facts: a month is not listed for each, and those of others are seen", () => {
    fill();
    letRest();
    newLedger().refresh();
    const few = lists((ledger) => {
      for (let n = 0; n < 50; n++) note(ledger, n);
    });
    assert.ok(few <= 2 + 2, `${few} listings for 50 facts`); // two, and two a second
    const [one, other] = [newLedger(), newLedger()];
    note(one, 1);
    const theirs = note(other, 2);
    const mine = note(one, 3);
    assert.ok(mine.clock > theirs.clock);
    other.refresh();
    assert.ok([...other.entries].some(({ id }) => id === mine.id));
  });

  it("says what facts are about without reading them", () => {
    fill();
    const ledger = newLedger();
    ledger.refresh();
    for (const file of fs.readdirSync(at("cache"))) if (file.endsWith(".jsonl")) fs.rmSync(at("cache", file));
    fs.renameSync(at("ledger"), at("away"));
    fs.renameSync(at("local", "ledger"), at("local", "away"));
    const entries = [...ledger.entries].filter(({ kind }) => kind === "noted");
    assert.deepEqual(new Set(entries.map((one) => one.about("thing"))).size, 5);
    assert.throws(() => entries[0]?.fact, { code: "store.damaged" });
  });

  it("takes in what came since, and forgets what went from both folders", () => {
    fill();
    const writer = newLedger();
    const added = note(writer, 1000);
    const [first = ""] = factFiles(at("ledger"));
    for (const file of factFiles(folder)) if (path.basename(file) === path.basename(first)) fs.rmSync(file);
    const ledger = newLedger();
    ledger.refresh();
    const ids = [...ledger.entries].map(({ id }) => id);
    assert.ok(ids.includes(added.id));
    assert.ok(!ids.includes(path.basename(first).slice(0, 26)));
    assert.equal(ids.length, many);
  });

  it("knows which facts another branch took away", () => {
    fill();
    const [first = ""] = factFiles(at("ledger"));
    fs.rmSync(first);
    const ledger = newLedger();
    ledger.refresh();
    assert.deepEqual(
      ledger.unpublished().map(({ name }) => name),
      [path.basename(first, ".json")],
    );
    assert.equal(ledger.publishedIds.size, many - 1);
  });

  it("is no way to alter a fact: what is not as its name says is read from its own file", () => {
    fill();
    const [cache = ""] = fs.readdirSync(at("cache")).filter((file) => file.endsWith(".jsonl"));
    const before = fs.readFileSync(at("cache", cache), "utf8");
    fs.writeFileSync(at("cache", cache), before.replaceAll("text 1", "TEXT 1"));
    const facts = told(newLedger());
    assert.equal(facts.length, many);
    assert.ok(!JSON.stringify(facts).includes("TEXT"));
  });

  it("does no harm where it is damaged, cut off or foreign", () => {
    fill();
    const whole = told(newLedger());
    const index = fs.readFileSync(at("cache", "ledger.json"), "utf8");
    const [cache = ""] = fs.readdirSync(at("cache")).filter((file) => file.endsWith(".jsonl"));
    for (const text of [
      "",
      "null",
      "{}",
      "[1]",
      index.slice(0, 500),
      index.replace(cache, "../../../etc/passwd"),
    ]) {
      fs.writeFileSync(at("cache", "ledger.json"), text);
      assert.deepEqual(told(newLedger()), whole, text.slice(0, 30));
    }
    fs.writeFileSync(at("cache", "ledger.json"), index);
    fs.truncateSync(at("cache", cache), 100);
    assert.deepEqual(told(newLedger()), whole);
  });

  it("gives what the files give, whatever came and went before each opening", () => {
    const step = fc.record({
      what: fc.constantFrom("add", "add", "away", "back", "gone", "drop cache"),
      n: fc.nat(200),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        folder = emptyFolder();
        fill();
        const away = new Map<string, Buffer>();
        for (const { what, n } of steps) {
          const all = factFiles(at("ledger"));
          const file = all[n % all.length] ?? "";
          if (what === "add") note(newLedger(), n);
          else if (what === "away") {
            away.set(file, fs.readFileSync(file));
            fs.rmSync(file);
          } else if (what === "back") for (const [name, bytes] of away) fs.writeFileSync(name, bytes);
          else if (what === "gone") {
            const same = factFiles(folder).filter((one) => path.basename(one) === path.basename(file));
            for (const one of same) fs.rmSync(one);
          } else fs.rmSync(at("cache"), { recursive: true, force: true });
        }
        const cached = told(newLedger());
        fs.rmSync(at("cache"), { recursive: true, force: true });
        assert.deepEqual(cached, told(newLedger()));
        for (const side of open.splice(0)) closeSide(side);
      }),
      { numRuns: 8 },
    );
  });
});
