import type { VNode } from "preact";
import type { ModelVersionDetail, VersionPage } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import { LongText, useFew } from "../few.js";
import { bytesText, dateText, numberText } from "../numbers.js";
import { Facts, Part, type Fact } from "../parts.js";
import { isTrusted } from "../trust.js";
import { callModel } from "./calls.js";
import { modelWords } from "./model-words.js";
import { byName, canBeMeasured, formatName } from "./names.js";
import { Warning } from "./state-mark.js";
import { versionsWords } from "./versions-words.js";

const said = modelWords.about;
/** So many files, params and tags are shown at first. */
const [fewFiles, fewFacts] = [50, 20];

interface AboutProps {
  readonly page: Page;
  readonly shown: VersionPage;
}

/** All else that is known of a version: where it came from, its files, params, tags, environment. */
export function AboutPart({ page, shown: { version, measured } }: AboutProps): VNode {
  const { params, tags, description } = version;
  const self = [{ model: version.model, version: version.id }];
  const call = (command: Parameters<typeof callModel>[1]) => (): void => {
    callModel(page, command, version.model, self);
  };
  return (
    <>
      {description !== "" && (
        <Part title={said.description}>
          <p class="description">
            <LongText text={description} />
          </p>
        </Part>
      )}
      <OnnxPart
        version={version}
        measured={measured}
        onConvert={call("loam.models.convert")}
        onMeasure={call("loam.models.measure")}
      />
      <Part title={said.title}>
        <Facts none="" rows={factsOf(version)} />
      </Part>
      <Part title={said.params} count={Object.keys(params).length}>
        <Facts none={said.noParams} rows={inOrder(params)} first={fewFacts} />
      </Part>
      <Part title={said.tags} count={Object.keys(tags).length}>
        <Facts none={said.noTags} rows={inOrder(tags)} first={fewFacts} />
        {!version.deleted && <Button onClick={call("loam.models.tag")}>{modelWords.actions.tag}</Button>}
      </Part>
      <FilesPart page={page} version={version} />
    </>
  );
}

const inOrder = (values: Readonly<Record<string, string>>): readonly Fact[] =>
  Object.entries(values).sort(([a], [b]) => byName(a, b));

function factsOf(version: ModelVersionDetail): readonly Fact[] {
  const { flavor, size, source, author, at, experiment, environment, artifact, stage } = version;
  return [
    [said.format, formatName(flavor), "words"],
    ...(size === null ? [] : [[said.size, bytesText(size), "words"] as const]),
    [said.source, source],
    [said.registered, dateText(at), "words"],
    ...(author === "" ? [] : [[said.by, author, "words"] as const]),
    ...(experiment === null ? [] : [[said.experiment, experiment, "words"] as const]),
    ...told(said.python, environment?.python),
    ...told(said.platform, environment?.platform),
    ...(artifact === null ? [] : [[said.hash, artifact.content] as const]),
    ...(stage === "None" ? [] : [[said.stage, stage] as const]),
  ];
}

const told = (name: string, value: string | null | undefined): readonly Fact[] =>
  value === null || value === undefined ? [] : [[name, value]];

const milliseconds = (value: number): string =>
  versionsWords.milliseconds(numberText(Number(value.toPrecision(3))));

interface OnnxProps {
  readonly version: ModelVersionDetail;
  readonly measured: VersionPage["measured"];
  readonly onConvert: () => void;
  readonly onMeasure: () => void;
}

/** The ONNX file of a version or that was made of it, how fast it is here, or the way to one. */
function OnnxPart({ version, measured, onConvert, onMeasure }: OnnxProps): VNode | null {
  const { converted, onnx, deleted, artifact } = version;
  if (deleted) return null;
  const canConvert = isTrusted && onnx === "none" && artifact !== null;
  const canMeasure = isTrusted && canBeMeasured(version);
  if (!converted && !measured && !canConvert && !canMeasure) return null;
  const compared = converted?.compared;
  return (
    <Part title={said.onnx}>
      {converted && <p>{said.converted(converted.converter)}</p>}
      {compared && (
        <p>
          {compared.equal ? (
            said.equal(compared.rows, numberText(compared.tolerance), numberText(compared.greatest))
          ) : (
            <Warning
              text={said.unequal(compared.rows, numberText(compared.greatest), compared.labelsDiffer)}
            />
          )}
        </p>
      )}
      {measured && (
        <p title={dateText(measured.at)}>
          {said.measured(onnx === "own", milliseconds(measured.load), milliseconds(measured.median))}{" "}
          <span class="muted">
            {said.measuredBy(milliseconds(measured.slowest), measured.runs, measured.runtime)}
          </span>
        </p>
      )}
      <div class="actions">
        {canConvert && (
          <Button icon="arrow-swap" onClick={onConvert}>
            {modelWords.actions.convert}
          </Button>
        )}
        {canMeasure && (
          <Button icon="dashboard" onClick={onMeasure}>
            {measured ? modelWords.actions.measureAgain : modelWords.actions.measure}
          </Button>
        )}
      </div>
    </Part>
  );
}

/** The files of a version; each opens to be read, none is loaded. */
function FilesPart({
  page,
  version,
}: {
  readonly page: Page;
  readonly version: ModelVersionDetail;
}): VNode | null {
  const self = { model: version.model, version: version.id };
  const files = useAnswer(page, "models/files", self);
  const { shown, more } = useFew(files.result ?? [], fewFiles);
  if (version.artifact === null) return null;
  return (
    <Part title={said.files} count={files.result?.length ?? 0}>
      {files.failure !== undefined && <p class="muted">{files.failure}</p>}
      <ul class="plain-list">
        {shown.map(({ path, size }) => (
          <li key={path}>
            <button
              type="button"
              class="link code"
              onClick={() => {
                page.ask.request("host/openModelFile", { ...self, file: path }).catch(() => undefined); // the editor tells it
              }}
            >
              {path}
            </button>{" "}
            <span class="muted">{bytesText(size)}</span>
          </li>
        ))}
      </ul>
      {more}
    </Part>
  );
}
