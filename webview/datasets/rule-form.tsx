import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { CellValue, QualityRule } from "../../src/protocol/datasets.js";
import { Button, Dropdown, TextField } from "../controls.js";
import { words } from "../words.js";
import { datasetWords } from "./dataset-words.js";
import { rulesWords as said } from "./more-words.js";

type Kind = QualityRule["kind"];
type ColumnType = Extract<QualityRule, { kind: "type" }>["type"];

const kinds: readonly Kind[] = ["missing", "range", "type", "unique", "values", "freshness", "regex", "rows"];
const types: readonly ColumnType[] = ["number", "integer", "text", "boolean", "time", "date"];

/** What is typed of a rule; each kind takes what it needs. */
interface Typed {
  readonly kind: Kind;
  readonly column: string;
  readonly first: string;
  readonly second: string;
  readonly type: ColumnType;
}

interface RuleFormProps {
  /** undefined: a new one. */
  readonly rule: QualityRule | undefined;
  readonly onSave: (rule: QualityRule) => void;
  readonly onClose: () => void;
}

/** Asks for a rule in the fields that its kind needs. */
export function RuleForm({ rule, onSave, onClose }: RuleFormProps): VNode {
  const [typed, setTyped] = useState<Typed>(() => typedOf(rule));
  const made = ruleOf(typed);
  const field = (label: string, name: "column" | "first" | "second"): VNode => (
    <label class="field">
      <span class="muted">{label}</span>
      <TextField
        label={label}
        placeholder=""
        value={typed[name]}
        onInput={(text) => {
          setTyped({ ...typed, [name]: text });
        }}
      />
    </label>
  );
  return (
    <form
      class="rule-form"
      aria-label={rule ? said.editRule : said.newRule}
      onSubmit={(event) => {
        event.preventDefault();
        if (made) onSave(made);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        else if (event.key === "Enter" && made && isField(event.target)) onSave(made);
      }}
    >
      <div class="field">
        <span class="muted">{said.kind}</span>
        <Dropdown
          label={said.kind}
          value={typed.kind}
          options={kinds.map((kind) => ({ value: kind, text: said.kinds[kind] }))}
          onChange={(kind) => {
            setTyped({ ...typed, kind });
          }}
        />
      </div>
      {typed.kind !== "rows" && field(typed.kind === "unique" ? said.columns : said.column, "column")}
      {typed.kind === "missing" && field(said.most, "first")}
      {(typed.kind === "range" || typed.kind === "rows") && field(said.least, "first")}
      {(typed.kind === "range" || typed.kind === "rows") && field(said.greatest, "second")}
      {typed.kind === "values" && field(said.allowed, "first")}
      {typed.kind === "freshness" && field(said.within, "first")}
      {typed.kind === "regex" && field(said.pattern, "first")}
      {typed.kind === "type" && (
        <div class="field">
          <span class="muted">{said.type}</span>
          <Dropdown
            label={said.type}
            value={typed.type}
            options={types.map((type) => ({ value: type, text: datasetWords.types[type] }))}
            onChange={(type) => {
              setTyped({ ...typed, type });
            }}
          />
        </div>
      )}
      <div class="actions">
        <Button
          look="primary"
          disabled={made === undefined}
          title={made ? "" : said.incomplete}
          onClick={() => {
            if (made) onSave(made);
          }}
        >
          {said.save}
        </Button>
        <Button onClick={onClose}>{words.cancel}</Button>
      </div>
    </form>
  );
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.localName === "vscode-text-field";

const textOf = (value: number | string | null): string => (value === null ? "" : String(value));

function typedOf(rule: QualityRule | undefined): Typed {
  const empty: Typed = { kind: "missing", column: "", first: "", second: "", type: "number" };
  if (!rule) return empty;
  const base = { ...empty, kind: rule.kind };
  switch (rule.kind) {
    case "missing":
      return { ...base, column: rule.column, first: String(rule.most * 100) };
    case "range":
      return { ...base, column: rule.column, first: textOf(rule.min), second: textOf(rule.max) };
    case "rows":
      return { ...base, first: textOf(rule.min), second: textOf(rule.max) };
    case "type":
      return { ...base, column: rule.column, type: rule.type };
    case "unique":
      return { ...base, column: rule.columns.join(", ") };
    case "values":
      return { ...base, column: rule.column, first: rule.allowed.map(String).join(", ") };
    case "freshness":
      return { ...base, column: rule.column, first: rule.within };
    case "regex":
      return { ...base, column: rule.column, first: rule.pattern };
  }
}

/** The rule that is typed; undefined while something is lacking or no number. */
function ruleOf({
  kind,
  column: typedColumn,
  first: typedFirst,
  second,
  type,
}: Typed): QualityRule | undefined {
  const [column, first] = [typedColumn.trim(), typedFirst.trim()];
  if (kind !== "rows" && column === "") return undefined;
  switch (kind) {
    case "missing": {
      const percent = numberOf(first);
      return typeof percent === "number" && percent >= 0 && percent <= 100
        ? { kind, column, most: percent / 100 }
        : undefined;
    }
    case "range":
    case "rows": {
      const [min, max] = [numberOf(first), numberOf(second)];
      if (min === undefined || max === undefined || (min === null && max === null)) return undefined;
      if (kind === "rows") return { kind, min, max };
      return { kind, column, min: exactly(first, min), max: exactly(second, max) };
    }
    case "type":
      return { kind, column, type };
    case "unique":
      return { kind, columns: listOf(column) };
    case "values":
      return first === "" ? undefined : { kind, column, allowed: listOf(first).map(cellOf) };
    case "freshness":
      return first === "" ? undefined : { kind, column, within: first };
    case "regex":
      return first === "" ? undefined : { kind, column, pattern: first };
  }
}

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** Whole numbers of more digits than a number holds stay as they are typed. */
const exactly = (text: string, number: number | null): number | string | null =>
  /^-?\d{16,38}$/.test(text.trim()) ? text.trim() : number;

/** A number, null for nothing, undefined for what is none. */
function numberOf(text: string): number | null | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

function cellOf(text: string): CellValue {
  if (text === "true" || text === "false") return text === "true";
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : text;
}
