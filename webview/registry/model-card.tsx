import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { failureText } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import { Markdown } from "../markdown.js";
import { Failed } from "../notice.js";
import { Part } from "../parts.js";
import { modelWords } from "./model-words.js";

const said = modelWords.card;

interface CardProps {
  readonly page: Page;
  readonly model: string;
  /** undefined: the card of the model as a whole. */
  readonly version: string | undefined;
  /** As it is read: the live facts filled in. */
  readonly text: string;
  /** As it was written; what is edited. */
  readonly source: string;
  /** What stands under it, such as whose card it is. */
  readonly told?: string | undefined;
  readonly isFixed: boolean;
}

/** The card of a model: what it is for, in Markdown, with facts that stay true; edited in its place. */
export function ModelCard({ page, model, version, text, source, told, isFixed }: CardProps): VNode {
  const [draft, setDraft] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const save = (): void => {
    if (draft === undefined) return;
    setSaving(true);
    const change = { kind: "card", text: draft, ...(version === undefined ? {} : { version }) } as const;
    page.ask.request("models/change", { model, change }).then(
      () => {
        setSaving(false);
        setFailure(undefined);
        setDraft(undefined);
      },
      (error: unknown) => {
        setSaving(false);
        setFailure(failureText(error));
      },
    );
  };
  if (draft !== undefined)
    return (
      <Part title={said.title}>
        <CardEditor
          draft={draft}
          isSaving={isSaving}
          onDraft={setDraft}
          onSave={save}
          onCancel={() => {
            setDraft(undefined);
            setFailure(undefined);
          }}
        />
        {failure !== undefined && <Failed what={said.failed} failure={failure} />}
      </Part>
    );
  return (
    <Part title={said.title}>
      {text.trim() === "" ? <p class="muted">{said.none}</p> : <Markdown text={text} />}
      {told !== undefined && <p class="muted">{told}</p>}
      {!isFixed && (
        <Button
          icon="edit"
          onClick={() => {
            setDraft(source);
          }}
        >
          {text.trim() === "" ? said.write : said.edit}
        </Button>
      )}
    </Part>
  );
}

interface EditorProps {
  readonly draft: string;
  readonly isSaving: boolean;
  readonly onDraft: (text: string) => void;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}

/** The Markdown with its look below: Ctrl+Enter keeps it, Escape leaves it as it was. */
function CardEditor({ draft, isSaving, onDraft, onSave, onCancel }: EditorProps): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <div class="card-editor">
      <textarea
        ref={field}
        class="text-area"
        aria-label={said.source}
        rows={14}
        value={draft}
        spellcheck={false}
        onInput={(event) => {
          onDraft(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSave();
          else if (event.key === "Escape") onCancel();
        }}
      />
      <p class="muted">{said.live}</p>
      <div class="actions">
        <Button look="primary" disabled={isSaving} onClick={onSave}>
          {said.save}
        </Button>
        <Button onClick={onCancel}>{said.cancel}</Button>
      </div>
      <section class="card-preview" aria-label={said.preview}>
        <h3 class="muted">{said.preview}</h3>
        <Markdown text={draft} />
      </section>
    </div>
  );
}
