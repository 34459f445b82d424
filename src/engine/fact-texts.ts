import type { ListedFact } from "../core/registry/audit-view.js";
import type { FactInList } from "../core/registry/list-facts.js";
import { Pace } from "../core/store/pace.js";
import { said } from "../core/base/said.js";
import { toldText, type Bundle } from "../protocol/told.js";

type TextOf = (fact: ListedFact) => string;

/** What facts are found by in the language of whoever looks, made once. */
export class FactTexts {
  #language = "";
  #textOf: TextOf | undefined;
  #done = new WeakSet<readonly FactInList[]>();
  #prepared = Promise.resolve();

  /** The text in which it is looked for words. The same function while the words are the same. */
  of(words: Bundle): TextOf {
    const language = JSON.stringify(words);
    if (this.#textOf && this.#language === language) return this.#textOf;
    const texts = new WeakMap<ListedFact, string>();
    this.#language = language;
    this.#done = new WeakSet();
    this.#textOf = (fact) => {
      const known = texts.get(fact);
      if (known !== undefined) return known;
      const { what, comment, author, commit, fact: id } = fact;
      const made = [toldText(what, words), comment, author, commit?.id ?? "", id].join("\n").toLowerCase();
      texts.set(fact, made);
      return made;
    };
    return this.#textOf;
  }

  /** Makes the texts of a list while nobody waits, so that the first letter typed waits for little. */
  prepare(facts: readonly FactInList[], textOf: TextOf): void {
    if (this.#done.has(facts)) return;
    this.#done.add(facts);
    this.#prepared = this.#make(facts, textOf);
  }

  /** When the texts of the list that was last prepared are made. */
  get prepared(): Promise<void> {
    return this.#prepared;
  }

  async #make(facts: readonly FactInList[], textOf: TextOf): Promise<void> {
    const pace = new Pace(new AbortController().signal, said`the list of facts`);
    try {
      for (const fact of facts) {
        textOf(fact.listed);
        await pace.turn();
      }
    } catch {
      // a fact that cannot be read is told of where it is shown
    }
  }
}
