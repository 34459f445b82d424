import type { VNode } from "preact";
import type { DatasetPlace } from "../../src/protocol/datasets.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { ImageView, imageTypeOf } from "../image-view.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { bytesText } from "../numbers.js";
import { changesWords as said } from "./changes-words.js";

const mostBytes = 4 * 1024 * 1024;

interface ImagesBesideProps {
  readonly page: Page;
  /** undefined: it is not there on that side. */
  readonly before: DatasetPlace | undefined;
  readonly after: DatasetPlace | undefined;
  readonly path: string;
  readonly version: number;
}

/** An image as it was and as it is. */
export function ImagesBeside({ page, before, after, path, version }: ImagesBesideProps): VNode {
  return (
    <div class="images-beside">
      {(
        [
          [said.before, before],
          [said.after, after],
        ] as const
      ).map(([title, place]) => (
        <section key={title} class="part" aria-label={title}>
          <h3>{title}</h3>
          {place ? (
            <OneImage page={page} place={place} name={`${path} · ${title}`} path={path} version={version} />
          ) : (
            <Notice>{said.notThere}</Notice>
          )}
        </section>
      ))}
    </div>
  );
}

interface OneImageProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  readonly name: string;
  readonly path: string;
  readonly version: number;
}

function OneImage({ page, place, name, path, version }: OneImageProps): VNode {
  const asked = { ...place, most: mostBytes };
  const { result, failure, again } = useAnswer(page, "datasets/content", asked, version);
  if (failure !== undefined) return <Failed what={said.imageFailed} failure={failure} onAgain={again} />;
  if (!result) return <Skeleton lines={4} />;
  if (result.cut) return <Notice>{said.tooLarge(bytesText(result.size))}</Notice>;
  return (
    <>
      <p class="muted">{bytesText(result.size)}</p>
      <ImageView content={result} type={imageTypeOf(path) ?? ""} name={name} />
    </>
  );
}
