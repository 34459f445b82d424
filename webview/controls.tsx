import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import { countText } from "./numbers.js";

// The one file that knows the toolkit: it is no longer maintained, and what replaces it will be put in here.

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextField(),
);

type Custom = FunctionComponent<
  Readonly<Record<string, unknown>> & { readonly children?: ComponentChildren }
>;
// An element by its name is what preact wants for one that it does not know; the cast only tells its props.
const VscodeButton = "vscode-button" as unknown as Custom;
const VscodeCheckbox = "vscode-checkbox" as unknown as Custom;
const VscodeDropdown = "vscode-dropdown" as unknown as Custom;
const VscodeOption = "vscode-option" as unknown as Custom;
const VscodeTextField = "vscode-text-field" as unknown as Custom;

/** A codicon; it says nothing to a screen reader, what it stands beside does. */
export const Icon = ({ name, spin }: { readonly name: string; readonly spin?: boolean }): VNode => (
  <span
    class={`codicon codicon-${name}${spin === true ? " codicon-modifier-spin" : ""}`}
    aria-hidden="true"
  />
);

interface ButtonProps {
  readonly look?: "primary" | "secondary";
  readonly icon?: string;
  readonly title?: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children?: ComponentChildren;
}

export const Button = ({
  look = "secondary",
  icon,
  title,
  disabled,
  onClick,
  children,
}: ButtonProps): VNode => (
  <VscodeButton appearance={look} title={title} disabled={disabled ?? false} onClick={onClick}>
    {icon !== undefined && <span slot="start" class={`codicon codicon-${icon}`} aria-hidden="true" />}
    {children}
  </VscodeButton>
);

interface IconButtonProps {
  readonly icon: string;
  /** What it does: its tooltip and its name for a screen reader. */
  readonly label: string;
  /** For one that stays pressed. */
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** A native button: the toolkit's has no state for one that stays pressed. */
export const IconButton = ({ icon, label, pressed, disabled, onClick }: IconButtonProps): VNode => (
  <button
    type="button"
    class="icon-button"
    title={label}
    aria-label={label}
    aria-pressed={pressed}
    disabled={disabled ?? false}
    onClick={onClick}
  >
    <Icon name={icon} />
  </button>
);

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly class?: string;
  /** Each keystroke. */
  readonly onInput: (value: string) => void;
}

/** A field for one line; its label is spoken and not shown. */
export const TextField = ({ label, value, placeholder, class: more, onInput }: TextFieldProps): VNode => (
  <VscodeTextField
    class={more}
    aria-label={label}
    value={value}
    placeholder={placeholder ?? label}
    onInput={(event: Event) => {
      onInput(valueOf(event));
    }}
  />
);

interface CheckboxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ComponentChildren;
}

export const Checkbox = ({ checked, onChange, children }: CheckboxProps): VNode => (
  <VscodeCheckbox
    checked={checked}
    onChange={(event: Event) => {
      const now = (event.currentTarget as unknown as { readonly checked: boolean }).checked;
      if (now !== checked) onChange(now);
    }}
  >
    {children}
  </VscodeCheckbox>
);

interface DropdownProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string }[];
  readonly onChange: (value: V) => void;
}

export const Dropdown = <V extends string>({ label, value, options, onChange }: DropdownProps<V>): VNode => (
  <VscodeDropdown
    aria-label={label}
    value={value}
    onChange={(event: Event) => {
      const chosen = options.find((one) => one.value === valueOf(event));
      if (chosen && chosen.value !== value) onChange(chosen.value);
    }}
  >
    {options.map((one) => (
      <VscodeOption key={one.value} value={one.value}>
        {one.text}
      </VscodeOption>
    ))}
  </VscodeDropdown>
);

const valueOf = (event: Event): string =>
  (event.currentTarget as unknown as { readonly value: string }).value;

interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly text: string; readonly count?: number }[];
  readonly selected: T;
  readonly onSelect: (tab: T) => void;
}

/**
 * A row of tabs over the element with the id `panel-TAB`; only the chosen tab's panel need be there. The toolkit's own
 * wants the panels of all tabs in the page at once.
 */
export const Tabs = <T extends string>({ label, tabs, selected, onSelect }: TabsProps<T>): VNode => {
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === selected);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!tab) return;
    event.preventDefault();
    onSelect(tab.id);
    document.getElementById(`tab-${tab.id}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} class="tabs" onKeyDown={move}>
      {tabs.map(({ id, text, count }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          class="tab"
          aria-selected={id === selected}
          aria-controls={id === selected ? `panel-${id}` : undefined}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => {
            onSelect(id);
          }}
        >
          {text}
          {count !== undefined && count > 0 && <span class="tab-count">{countText(count)}</span>}
        </button>
      ))}
    </div>
  );
};
