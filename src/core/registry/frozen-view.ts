// What a version keeps of the run that it came of, and what became of that: types alone, as in view.ts.

/** Commit of the code in `code.git` (its pack in `ledger/code/`), and the user's own commit below it. */
export interface FrozenCode {
  readonly commit: string;
  readonly head: string | null;
  readonly changed: number | null;
}
export interface FrozenEnvironment {
  readonly python: string | null;
  readonly platform: string | null;
  /** Hash of the object that lists the packages, a line `name==version` each. */
  readonly packages: string | null;
}

/** A version of a data set that a run read. */
export interface FrozenData {
  readonly dataset: string;
  readonly version: string;
  readonly name: string;
  readonly number: number;
  readonly content: string;
}

/** A version of a data set that a run read and that somebody gave up for ever: who and when, by which fact of the ledger. */
export interface GivenUpData extends FrozenData {
  readonly fact: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** "" where the fact names nobody. */
  readonly author: string;
}

/** A data set that has a newer version than the one that a model saw. */
export interface NewerData {
  readonly dataset: string;
  readonly name: string;
  /** Numbers of its versions. */
  readonly seen: number;
  readonly newest: number;
}

/** A model whose champion saw older data than there is. */
export interface OvertakenChampion extends NewerData {
  readonly model: string;
  readonly modelName: string;
  /** Id and number of the model's version. */
  readonly version: string;
  readonly number: number;
}
