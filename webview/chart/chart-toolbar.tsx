import type { VNode } from "preact";
import { Checkbox, Dropdown } from "../controls.js";
import { shareText } from "../numbers.js";
import { words } from "../words.js";
import type { ChartAxis, ChartSettings } from "./chart-settings.js";

const axes: readonly ChartAxis[] = ["step", "elapsed", "clock"];

interface ChartToolbarProps {
  readonly settings: ChartSettings;
  readonly onChange: (settings: ChartSettings) => void;
}

/** How all charts of a page are drawn. */
export function ChartToolbar({ settings, onChange }: ChartToolbarProps): VNode {
  const { axis, logX, logY, smoothing } = settings;
  return (
    <>
      <Dropdown
        label={words.chart.axis}
        value={axis}
        options={axes.map((value) => ({ value, text: words.chart[value] }))}
        onChange={(chosen) => {
          onChange({ ...settings, axis: chosen });
        }}
      />
      <label class="smoothing">
        {words.chart.smoothing}
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={smoothing}
          onInput={(event) => {
            onChange({ ...settings, smoothing: Number(event.currentTarget.value) });
          }}
        />
        <output class="number">{shareText(smoothing)}</output>
      </label>
      <Checkbox
        checked={logY}
        onChange={(checked) => {
          onChange({ ...settings, logY: checked });
        }}
      >
        {words.chart.logY}
      </Checkbox>
      <Checkbox
        checked={logX}
        onChange={(checked) => {
          onChange({ ...settings, logX: checked });
        }}
      >
        {words.chart.logX}
      </Checkbox>
    </>
  );
}
