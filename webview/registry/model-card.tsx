import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { failureText, useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import * as l10n from "../l10n.js";
import { Markdown } from "../markdown.js";
import { Failed } from "../notice.js";
import { Part } from "../parts.js";
import { modelWords } from "./model-words.js";

const said = modelWords.card;

interface CardProps {
  readonly page: Page;
  readonly model: string;
  /** null: the card of the model as a whole. */
  readonly version: string | null;
  /** As it is read: the live facts filled in. */
  readonly text: string;
  /** False: nobody wrote one. What facts alone could say stands around it. */
  readonly isWritten: boolean;
  readonly isFixed: boolean;
}

/** The card of a model: what it is for, in Markdown, with facts that stay true; edited in its place. */
export function ModelCard({ page, model, version, text, isWritten, isFixed }: CardProps): VNode {
  const [draft, setDraft] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const attempt = (work: Promise<void>): void => {
    setBusy(true);
    setFailure(undefined);
    work
      .catch((error: unknown) => {
        setFailure(failureText(error));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  const edit = async (): Promise<void> => {
    const { source } = await page.ask.request("models/card", { model, version, text: null });
    setDraft(l10n.told(source));
  };
  const save = async (): Promise<void> => {
    const change = { kind: "card", text: draft ?? "", ...(version === null ? {} : { version }) } as const;
    await page.ask.request("models/change", { model, change });
    setDraft(undefined);
  };
  return (
    <Part title={said.title}>
      {draft === undefined ? (
        <>
          {isWritten ? <Markdown text={text} /> : <p class="muted">{said.none}</p>}
          {!isFixed && (
            <Button
              icon="edit"
              disabled={isBusy}
              onClick={() => {
                attempt(edit());
              }}
            >
              {isWritten ? said.edit : said.write}
            </Button>
          )}
        </>
      ) : (
        <CardEditor
          page={page}
          of={{ model, version }}
          draft={draft}
          isSaving={isBusy}
          onDraft={setDraft}
          onSave={() => {
            attempt(save());
          }}
          onCancel={() => {
            setDraft(undefined);
            setFailure(undefined);
          }}
        />
      )}
      {failure !== undefined && <Failed what={said.failed} failure={failure} />}
    </Part>
  );
}

/** So long nothing is typed before the preview follows. */
const previewMs = 300;

interface EditorProps {
  readonly page: Page;
  readonly of: { readonly model: string; readonly version: string | null };
  readonly draft: string;
  readonly isSaving: boolean;
  readonly onDraft: (text: string) => void;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}

/** The Markdown with its look below: Ctrl+Enter keeps it, Escape leaves it as it was. */
function CardEditor({ page, of, draft, isSaving, onDraft, onSave, onCancel }: EditorProps): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(draft);
    }, previewMs);
    return () => {
      clearTimeout(timer);
    };
  }, [draft]);
  const { result } = useAnswer(page, "models/card", { ...of, text: settled });
  const preview = useRef("");
  preview.current = result ? l10n.told(result.filled) : preview.current; // the one before stays until the next has come
  // before anything else can happen: what is typed right after the press belongs into it
  useLayoutEffect(() => {
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
        <Markdown text={preview.current} />
      </section>
    </div>
  );
}
