import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Skeleton } from "./notice.js";

const imageTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
  svg: "image/svg+xml",
};

/** The last part of a file's name, which says what it is. */
export const endingOf = (path: string): string => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";

/** The type of an image that pages show, by its file's name. */
export const imageTypeOf = (path: string): string | undefined => {
  const ending = endingOf(path);
  return Object.hasOwn(imageTypes, ending) ? imageTypes[ending] : undefined;
};

interface ImageViewProps {
  readonly content: { readonly bytes?: Uint8Array; readonly text?: string };
  readonly type: string;
  /** What it shows, in words. */
  readonly name: string;
}

/** An image by a data address: the page's policy lets it load no other of a store. */
export function ImageView({ content, type, name }: ImageViewProps): VNode {
  const [address, setAddress] = useState<string | undefined>(undefined);
  useEffect(() => {
    const bytes = content.bytes ?? new TextEncoder().encode(content.text ?? "");
    const reader = new FileReader();
    reader.onload = () => {
      if (typeof reader.result === "string") setAddress(reader.result);
    };
    reader.readAsDataURL(new Blob([new Uint8Array(bytes)], { type }));
    return () => {
      reader.onload = null;
    };
  }, [content, type]);
  if (address === undefined) return <Skeleton lines={4} />;
  return <img class="artifact-image" src={address} alt={name} />;
}
