/** How long one look waits, in ms: in between it is seen whether anybody still wants the result. */
const patienceMs = 200;

/** Waits until a number in memory that threads share is another than `seen`, or for a moment. */
export async function whileSame(
  memory: Int32Array<SharedArrayBuffer>,
  at: number,
  seen: number,
): Promise<void> {
  // such a wait alone keeps no process going: it would end in the middle of what is waited for
  const going = setTimeout(() => undefined, 2 * patienceMs);
  try {
    await Atomics.waitAsync(memory, at, seen, patienceMs).value;
  } finally {
    clearTimeout(going);
  }
}
