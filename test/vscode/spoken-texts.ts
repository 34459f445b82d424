import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";

const root = path.join(import.meta.dirname, "..", "..");

export interface SpokenTexts {
  /** The keys that a bundle must have. */
  readonly keys: ReadonlySet<string>;
  /** Where something else than a text is given, `FILE:LINE`: what is put together has no translation. */
  readonly unreadable: readonly string[];
}

const textOf = (node: ts.Node | undefined): string | undefined =>
  node && ts.isStringLiteralLike(node) ? node.text : undefined;

/** The key of what stands first in `l10n.t(…)`: a text, or one with a comment that tells it from others. */
function keyOf(given: ts.Node | undefined): string | undefined {
  if (!given || !ts.isObjectLiteralExpression(given)) return textOf(given);
  const part = (name: string): string | undefined => {
    const found = given.properties.find((one) => one.name?.getText() === name);
    return found && ts.isPropertyAssignment(found) ? textOf(found.initializer) : undefined;
  };
  const [message, comment] = [part("message"), part("comment")];
  return message === undefined || comment === undefined ? undefined : `${message}/${comment}`;
}

/** Every text that a source gives to `l10n.t` and, in two plurals, to `l10n.plural`. */
export function spokenIn(file: string, source: string): SpokenTexts {
  const keys = new Set<string>();
  const unreadable: string[] = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const look = (node: ts.Node): void => {
    const called = ts.isCallExpression(node) && /(?:^|\.)l10n\.(t|plural)$/.exec(node.expression.getText());
    if (called) {
      const given = called[1] === "t" ? node.arguments.slice(0, 1) : node.arguments.slice(1, 3);
      for (const one of given) {
        const key = keyOf(one);
        if (key !== undefined) keys.add(key);
        else
          unreadable.push(
            `${file}:${tree.getLineAndCharacterOfPosition(one.getStart()).line + 1}: ${one.getText()}`,
          );
      }
    }
    node.forEachChild(look);
  };
  look(tree);
  return { keys, unreadable };
}

/** Every text that the sources of these folders give to `l10n`. */
export function spoken(...folders: readonly string[]): SpokenTexts {
  const all = folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => path.join(folder, file)),
  );
  const found = all.map((file) => spokenIn(file, fs.readFileSync(path.join(root, file), "utf8")));
  return {
    keys: new Set(found.flatMap(({ keys }) => [...keys])),
    unreadable: found.flatMap(({ unreadable }) => unreadable),
  };
}
