import type { VNode } from "preact";
import type { ArtifactContent } from "../../src/protocol/tracking.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import { endingOf, ImageView, imageTypeOf } from "../image-view.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { bytesText } from "../numbers.js";
import { readTable } from "./csv.js";
import { indentedJson } from "./json-text.js";
import { runWords } from "./run-words.js";

const said = runWords.artifacts;
const mostText = 512 * 1024;
const mostImage = 4 * 1024 * 1024;
const mostRows = 300;
const mostColumns = 100;

interface ArtifactViewProps {
  readonly page: Page;
  readonly run: string;
  readonly path: string;
}

/** One file of a run: images, text and tables in place, the rest by the editor. */
export function ArtifactView({ page, run, path }: ArtifactViewProps): VNode {
  const ending = endingOf(path);
  const most = imageTypeOf(path) === undefined ? mostText : mostImage;
  const { result, failure, again } = useAnswer(page, "runs/artifact", { run, path, most });
  return (
    <section class="artifact" aria-label={path}>
      <div class="artifact-head">
        <h2 class="code" title={path}>
          {path}
        </h2>
        {result && <span class="muted">{bytesText(result.size)}</span>}
        <Button
          icon="go-to-file"
          onClick={() => {
            void page.ask.request("host/openArtifact", { run, path });
          }}
        >
          {said.open}
        </Button>
      </div>
      {failure !== undefined && <Failed what={said.failed(path)} failure={failure} onAgain={again} />}
      {failure === undefined && !result && <Skeleton lines={6} />}
      {result && <Content content={result} path={path} ending={ending} />}
    </section>
  );
}

interface ContentProps {
  readonly content: ArtifactContent;
  readonly path: string;
  readonly ending: string;
}

function Content({ content, path, ending }: ContentProps): VNode {
  const { text, size, cut } = content;
  const type = imageTypeOf(path);
  if (size === 0) return <Notice>{said.empty}</Notice>;
  if (type !== undefined) {
    if (cut) return <Notice>{said.tooLarge(bytesText(size))}</Notice>;
    return <ImageView content={content} type={type} name={path} />;
  }
  if (text === undefined) return <Notice>{said.noPreview}</Notice>;
  if (ending === "csv" || ending === "tsv")
    return <TableView text={text} separator={ending === "csv" ? "," : "\t"} path={path} cut={cut} />;
  return (
    <>
      <pre class="artifact-text" tabIndex={0} role="group" aria-label={path}>
        {ending === "json" && !cut ? indentedJson(text) : text}
      </pre>
      {cut && <p class="muted">{said.cut(bytesText(mostText), bytesText(size))}</p>}
    </>
  );
}

interface TableViewProps {
  readonly text: string;
  readonly separator: string;
  readonly path: string;
  readonly cut: boolean;
}

function TableView({ text, separator, path, cut }: TableViewProps): VNode {
  const { rows, cut: more } = readTable(text, separator, mostRows);
  const [head = [], ...body] = rows.map((row) => row.slice(0, mostColumns));
  const isNumber = head.map((_, at) => body.every((row) => isNumeric(row[at] ?? "")));
  const side = (at: number): string => (isNumber[at] === true ? "number" : "");
  return (
    <>
      <div class="artifact-table" tabIndex={0} role="group" aria-label={path}>
        <table class="plain-table">
          <thead>
            <tr>
              {head.map((name, at) => (
                <th key={at} scope="col" class={side(at)}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {body.map((row, index) => (
              <tr key={index}>
                {head.map((_, at) => (
                  <td key={at} class={side(at)} title={row[at]}>
                    {row[at]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(more || cut) && <p class="muted">{said.rows(body.length)}</p>}
    </>
  );
}

const isNumeric = (cell: string): boolean =>
  cell === "" || (cell.trim() !== "" && !Number.isNaN(Number(cell)));
