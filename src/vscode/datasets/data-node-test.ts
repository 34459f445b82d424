import type { DataNode, OfferedNode } from "./data-nodes.js";

export const isDataNode = (value: unknown): value is DataNode =>
  typeof value === "object" && value !== null && "engine" in value && "kind" in value;

export const isOffered = (value: unknown): value is OfferedNode =>
  isDataNode(value) && value.kind === "offered";
