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

/** The template of ``said`There is no run ${id}.` ``; undefined where it has no words of its own. */
function templateOf(node: ts.TaggedTemplateExpression): string | undefined {
  const { template } = node;
  const parts = ts.isNoSubstitutionTemplateLiteral(template)
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
  if (!parts.some((part) => /\p{L}/u.test(part))) return undefined;
  return parts.map((part, at) => (at === 0 ? part : `{${at - 1}}${part}`)).join("");
}

/** Every text that a source says to a person with `said`, of which failures are made. */
export function saidIn(file: string, source: string): ReadonlySet<string> {
  const keys = new Set<string>();
  const look = (node: ts.Node): void => {
    const key =
      ts.isTaggedTemplateExpression(node) && node.tag.getText() === "said" ? templateOf(node) : undefined;
    if (key !== undefined) keys.add(key);
    node.forEachChild(look);
  };
  look(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return keys;
}

/** What is said in the files of `folders`, and in those files of `imported` that a file of `folders` imports. */
export function said(folders: readonly string[], imported: readonly string[]): ReadonlySet<string> {
  const own = sourcesIn(...folders);
  const named = own.flatMap(({ file, source }) =>
    [...source.matchAll(/from "(\.[^"]*)\.js"/g)].map(([, to = ""]) =>
      path.join(path.dirname(file), `${to}.ts`),
    ),
  );
  const others = sourcesIn(...imported).filter(({ file }) => named.includes(file));
  return new Set([...own, ...others].flatMap(({ file, source }) => [...saidIn(file, source)]));
}

interface Source {
  readonly file: string;
  readonly source: string;
}

const sourcesIn = (...folders: readonly string[]): readonly Source[] =>
  folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => path.join(folder, name))
      .map((file) => ({ file, source: fs.readFileSync(path.join(root, file), "utf8") })),
  );

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
  const found = sourcesIn(...folders).map(({ file, source }) => spokenIn(file, source));
  return {
    keys: new Set(found.flatMap(({ keys }) => [...keys])),
    unreadable: found.flatMap(({ unreadable }) => unreadable),
  };
}
