import { limits, type LeftOut, type LeftOutFile, type LeftOutReason } from "./model.js";

/** Of one reason not more than this is listed, so that ten thousand pictures do not hide the one large script. */
const mostOfOneReason = 200;

/** What HEAD has at the path of a file that was left out. */
export type HeadNote = Pick<LeftOutFile, "head" | "sameAsHead" | "pointer">;

const noNote: HeadNote = { head: null, sameAsHead: null, pointer: null };

/** Collects what a snapshot leaves out: counts all, lists the first. */
export class LeftOutList {
  readonly #counts = new Map<LeftOutReason, number>();
  readonly #rows: { readonly path: string; readonly reason: LeftOutReason; readonly bytes: number | null }[] =
    [];

  add(path: string, reason: LeftOutReason, bytes: number | null = null): void {
    const count = (this.#counts.get(reason) ?? 0) + 1;
    this.#counts.set(reason, count);
    if (count <= mostOfOneReason && this.#rows.length < limits.listed)
      this.#rows.push({ path, reason, bytes });
  }

  /** The listed paths that were left out for a reason. */
  listed(reason: LeftOutReason): string[] {
    return this.#rows.filter((row) => row.reason === reason).map((row) => row.path);
  }

  result(notes: ReadonlyMap<string, HeadNote>): LeftOut {
    const count = [...this.#counts.values()].reduce((sum, one) => sum + one, 0);
    const files = this.#rows.map((row) => ({ ...row, ...(notes.get(row.path) ?? noNote) }));
    return { count, byReason: Object.fromEntries(this.#counts), files };
  }
}
