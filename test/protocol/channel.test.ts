import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { answers, Channel, type Message, type Wire } from "../../src/protocol/channel.js";
import { RemoteFailure, type WireFailure } from "../../src/protocol/failure.js";
import type { Piece, Told } from "../../src/protocol/told.js";

interface Requests {
  add: { params: { a: number; b: number; ms: number }; result: number };
  fail: { params: { ms: number }; result: null };
  wait: { params: null; result: null };
  refuse: { params: WireFailure; result: null };
  odd: { params: null; result: () => void };
}
interface Events {
  seen: number;
}

/** A failure as the engine sends it: parts may have words of their own. */
const anyTold = fc.letrec<{ told: Told; piece: Piece }>((tie) => ({
  told: fc.record(
    {
      template: fc.string({ unit: "grapheme", maxLength: 20 }),
      pieces: fc.array(tie("piece"), { maxLength: 3 }),
    },
    { noNullPrototype: true },
  ),
  piece: fc.oneof({ maxDepth: 4 }, fc.string({ maxLength: 20 }), fc.double(), tie("told")),
})).told;
const anyFailure: fc.Arbitrary<WireFailure> = fc.record(
  {
    code: fc.constantFrom("run.notFound", "filter.syntax", "internal"),
    message: fc.string({ unit: "grapheme", maxLength: 200 }),
    next: fc.string({ maxLength: 50 }),
    told: anyTold,
    toldNext: anyTold,
    data: fc.dictionary(
      fc.string({ maxLength: 5 }).filter((name) => name !== "__proto__"),
      fc.oneof(fc.integer(), fc.boolean(), fc.string({ maxLength: 20 })),
      { minKeys: 1, maxKeys: 3, noNullPrototype: true },
    ),
  },
  { requiredKeys: ["code", "message"], noNullPrototype: true },
);

type Side = Channel<Requests, Events, Events>;

/** Two ends of a wire that clones what it carries and delivers it later, in order. */
function wires(): [Wire, Wire] {
  const end = (): Wire & { other?: (message: unknown) => void; own?: (message: unknown) => void } => ({
    send(message) {
      const copy: unknown = structuredClone(message);
      setImmediate(() => this.other?.(copy));
    },
    receive(listener) {
      this.own = listener;
    },
  });
  const [left, right] = [end(), end()];
  left.other = (message) => right.own?.(message);
  right.other = (message) => left.own?.(message);
  return [left, right];
}

let aborted = 0;
const handlers = answers<Requests>({
  add: async ({ a, b, ms }) => {
    await sleep(ms);
    return a + b;
  },
  fail: async ({ ms }) => {
    await sleep(ms);
    throw new RemoteFailure({ code: "run.notFound", message: "No such run.", next: "Look at the list." });
  },
  wait: (_, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        aborted++;
        reject(new Error("given up"));
      });
    }),
  refuse: (failure) => {
    throw new RemoteFailure(failure);
  },
  odd: () => () => undefined,
});

function pair(): [Side, Side] {
  const [left, right] = wires();
  return [new Channel(left, { answer: handlers }), new Channel(right, { answer: handlers })];
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: unknown) => (error as RemoteFailure).code,
  );

describe("a channel", () => {
  it("answers every request of either side once, in whatever order they come to their end", async () => {
    const asked = fc.record({
      side: fc.nat({ max: 1 }),
      what: fc.constantFrom("add", "fail", "wait"),
      a: fc.integer(),
      b: fc.integer(),
      ms: fc.nat({ max: 3 }),
      cancelAfter: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { maxLength: 30 }), async (list) => {
        const sides = pair();
        const results = await Promise.all(
          list.map(async ({ side, what, a, b, ms, cancelAfter }) => {
            const giveUp = what === "wait" ? (cancelAfter ?? 1) : cancelAfter;
            const signal = giveUp === undefined ? undefined : AbortSignal.timeout(giveUp);
            const channel = sides[side] ?? sides[0];
            const params = { a, b, ms };
            const work =
              what === "add"
                ? channel.request("add", params, signal)
                : what === "fail"
                  ? channel.request("fail", params, signal)
                  : channel.request("wait", null, signal);
            try {
              assert.equal(await work, a + b);
              assert.equal(what, "add");
            } catch (error) {
              if (!(error instanceof RemoteFailure)) throw error;
              if (error.code === "cancelled") assert.ok(giveUp !== undefined);
              else
                assert.deepEqual(
                  [what, error.code, error.next],
                  ["fail", "run.notFound", "Look at the list."],
                );
            }
            return true;
          }),
        );
        assert.equal(results.length, list.length);
        for (const side of sides) side.close("done");
      }),
      { numRuns: 60 },
    );
  });

  it("carries a failure with its words, their pieces and its data as they are", async () => {
    await fc.assert(
      fc.asyncProperty(anyFailure, async (failure) => {
        const [left, right] = pair();
        const refused = await left.request("refuse", failure).catch((error: unknown) => error);
        assert.ok(refused instanceof RemoteFailure);
        assert.deepEqual(refused.wire, failure);
        assert.deepEqual(
          [refused.code, refused.message, refused.next],
          [failure.code, failure.message, failure.next],
        );
        for (const side of [left, right]) side.close("done");
      }),
      { numRuns: 60 },
    );
  });

  it("tells the other side that nobody waits any longer", async () => {
    const [left] = pair();
    const before = aborted;
    const stop = new AbortController();
    const work = left.request("wait", null, stop.signal);
    await sleep(5);
    stop.abort();
    assert.equal(await codeOf(work), "cancelled");
    await sleep(5);
    assert.equal(aborted, before + 1);
    assert.equal(await codeOf(left.request("wait", null, stop.signal)), "cancelled");
  });

  it("fails what is still asked when it is closed, and all that is asked later", async () => {
    const [left, right] = pair();
    const work = left.request("wait", null);
    await sleep(5);
    left.close("The engine ended.");
    await assert.rejects(work, { code: "closed", message: "The engine ended." });
    await assert.rejects(left.request("add", { a: 1, b: 2, ms: 0 }), { code: "closed" });
    const before = aborted;
    right.close("too");
    assert.equal(aborted, before + 1);
  });

  it("says what cannot be sent, and which request there is not", async () => {
    const [left, right] = pair();
    assert.equal(await codeOf(left.request("odd", null)), "internal");
    const odd = (() => undefined) as unknown as null;
    assert.equal(await codeOf(left.request("wait", odd)), "internal");
    const asking = right as unknown as Channel<{ nothing: { params: null; result: null } }, Events, Events>;
    assert.equal(await codeOf(asking.request("nothing", null)), "method.unknown");
  });

  it("carries events until nobody listens", async () => {
    const [left, right] = pair();
    const seen: number[] = [];
    const stop = right.on("seen", (n) => seen.push(n));
    left.emit("seen", 1);
    left.emit("seen", 2);
    await sleep(5);
    stop();
    left.emit("seen", 3);
    await sleep(5);
    assert.deepEqual(seen, [1, 2]);
  });

  it("passes over what is no message", async () => {
    const sent: Message[] = [];
    let listener: (message: unknown) => void = () => undefined;
    new Channel<Requests, Events, Events>(
      { send: (message) => sent.push(message), receive: (to) => (listener = to) },
      { answer: handlers },
    );
    for (const message of [
      null,
      1,
      "x",
      [],
      {},
      { kind: "request" },
      { kind: "result", id: 7 },
      { kind: "cancel", id: 1 },
    ])
      listener(message);
    listener({ kind: "request", id: 1, method: "__proto__", params: null });
    await sleep(5);
    assert.deepEqual(
      sent.map((message) => message.kind === "failure" && message.failure.code),
      ["method.unknown"],
    );
  });
});
