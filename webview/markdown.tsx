import type { ComponentChildren, VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { WholeButton } from "./few.js";

// Markdown as people write notes in it: headings, lists, tables, code, quotes, emphasis, links. It is drawn from nodes, never
// from HTML, so that a note can do nothing but be read.

type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: "quote"; readonly text: string }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: "text"; readonly text: string };

const bullet = /^\s*[-*+]\s+/;
const number = /^\s*\d+[.)]\s+/;
const tableLine = /^\s*\|.*\|\s*$/;
const tableRule = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;

/** The cells of a line of a table; a stroke behind a backslash is none. */
const cellsOf = (line: string): string[] =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

/** The blocks of a text. */
function blocksOf(text: string): Block[] {
  const lines = text.replaceAll(/<!--[\s\S]*?-->/g, "").split(/\r?\n/); // what a comment says is for whoever edits
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    const take = (isMore: (line: string) => boolean): string[] => {
      const begin = at;
      while (at < lines.length && isMore(lines[at] ?? "")) at++;
      return lines.slice(begin, at);
    };
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === "") at++;
    else if (line.startsWith("```")) {
      at++;
      blocks.push({ kind: "code", text: take((one) => !one.startsWith("```")).join("\n") });
      at++;
    } else if (heading) {
      at++;
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" });
    } else if (bullet.test(line) || number.test(line)) {
      const mark = bullet.test(line) ? bullet : number;
      const items = take((one) => mark.test(one)).map((one) => one.replace(mark, ""));
      blocks.push({ kind: "list", ordered: mark === number, items });
    } else if (line.startsWith(">")) {
      const quoted = take((one) => one.startsWith(">")).map((one) => one.replace(/^>\s?/, ""));
      blocks.push({ kind: "quote", text: quoted.join("\n") });
    } else if (tableLine.test(line) && tableRule.test(lines[at + 1] ?? "")) {
      const [head = "", , ...rows] = take((one) => tableLine.test(one));
      blocks.push({ kind: "table", head: cellsOf(head), rows: rows.map(cellsOf) });
    } else {
      const isPlain = (one: string): boolean =>
        one.trim() !== "" &&
        ![/^(#{1,6}\s|```|>)/, bullet, number, tableLine].some((begin) => begin.test(one));
      const plain = take(isPlain);
      if (plain.length === 0) at++;
      blocks.push({ kind: "text", text: plain.length === 0 ? line : plain.join("\n") });
    }
  }
  return blocks;
}

const inline =
  /\\([\\`*_{}[\]<>|#!])|`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s<>)]+)/g;

function inlineOf(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let done = 0;
  for (const match of text.matchAll(inline)) {
    const [whole, escaped, code, strong, soft, label, target, bare] = match;
    parts.push(text.slice(done, match.index));
    done = match.index + whole.length;
    const href = target ?? bare;
    if (escaped !== undefined) parts.push(escaped);
    else if (code !== undefined) parts.push(<code>{code}</code>);
    else if (strong !== undefined) parts.push(<strong>{strong}</strong>);
    else if (soft !== undefined) parts.push(<em>{soft}</em>);
    else if (href !== undefined) parts.push(<a href={href}>{label ?? href}</a>);
  }
  parts.push(text.slice(done));
  return parts;
}

/** A note of more characters is cut behind a block, to be shown whole at a press. */
const mostLetters = 4000;

export function Markdown({ text }: { readonly text: string }): VNode {
  const [isWhole, setWhole] = useState(false);
  const blocks = useMemo(() => blocksOf(text), [text]);
  const shown = isWhole || text.length <= mostLetters ? blocks : beginning(blocks);
  return (
    <div class="markdown">
      {shown.map((block, at) => (
        <MarkdownBlock key={at} block={block} />
      ))}
      {shown.length < blocks.length && (
        <WholeButton
          letters={text.length}
          onPress={() => {
            setWhole(true);
          }}
        />
      )}
    </div>
  );
}

/** The first blocks, as many as are short enough together. */
function beginning(blocks: readonly Block[]): readonly Block[] {
  let letters = 0;
  const end = blocks.findIndex((block) => (letters += JSON.stringify(block).length) > mostLetters);
  return blocks.slice(0, Math.max(1, end));
}

function MarkdownBlock({ block }: { readonly block: Block }): VNode {
  switch (block.kind) {
    case "heading":
      // The page has a heading above the note: the note's own stand below it.
      return block.level <= 2 ? <h3>{inlineOf(block.text)}</h3> : <h4>{inlineOf(block.text)}</h4>;
    case "code":
      return <pre>{block.text}</pre>;
    case "quote":
      return <blockquote>{inlineOf(block.text)}</blockquote>;
    case "text":
      return <p>{inlineOf(block.text)}</p>;
    case "table":
      return <MarkdownTable head={block.head} rows={block.rows} />;
    case "list": {
      const items = block.items.map((item, at) => <li key={at}>{inlineOf(item)}</li>);
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
  }
}

interface TableProps {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Rows have the cells that the head has: what is more falls away, what lacks is empty. */
const MarkdownTable = ({ head, rows }: TableProps): VNode => (
  <div class="scroll-x" tabIndex={0}>
    <table class="plain-table">
      <thead>
        <tr>
          {head.map((cell, at) => (
            <th key={at} scope="col">
              {inlineOf(cell)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            {head.map((_, column) => (
              <td key={column}>{inlineOf(row[column] ?? "")}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
