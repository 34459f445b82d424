import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";

const longestName = 250;
/** A path is the name that a data set has by itself. */
const another = said`Give it a name of its own; on the command line by \`--name NAME\`.`;

/** Throws `name.invalid` for what cannot be the name of a data set: `@` stands before a version. */
export function checkName(name: string): void {
  if (name.trim() === "" || name.trim() !== name)
    throw new Failure("name.invalid", said`A data set needs a name without spaces at its ends.`);
  if (name.length > longestName)
    throw new Failure("name.invalid", said`A name has at most ${longestName} characters.`, { next: another });
  // eslint would have control characters escaped; they are what is looked for
  if (/[@\p{Cc}]/u.test(name))
    throw new Failure("name.invalid", said`The name of a data set cannot have '@' or control characters.`, {
      next: another,
    });
}

/** Throws `name.invalid` for what cannot be an alias: whole numbers are versions. */
export function checkAlias(alias: string): void {
  if (/^[\p{L}\p{N}._-]{1,100}$/u.test(alias) && !/^\d+$/.test(alias) && alias !== "latest") return;
  throw new Failure("name.invalid", said`'${alias.slice(0, 100)}' cannot be an alias.`, {
    next: said`Take letters, digits, '.', '_' and '-', and not a number alone; 'latest' is the newest version.`,
  });
}
