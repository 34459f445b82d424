import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../controls.js";
import { runsWords } from "./runs-words.js";

/** The keys of the page, over it until they are closed. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog class="runs-keys" ref={dialog} aria-label={runsWords.keys} onClose={onClose}>
      <div class="runs-side-head">
        <h2>{runsWords.keys}</h2>
        <IconButton icon="close" label={runsWords.close} onClick={onClose} />
      </div>
      <dl>
        {runsWords.keyRows.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
