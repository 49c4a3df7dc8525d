import picomatch from "picomatch";

/**
 * Which clusters or namespaces are meant: everything but `except`, or only what `only` matches.
 * `all` is `{ except: [] }`, `none` is `{ only: [] }`.
 */
export type Selection = { readonly only: readonly string[] } | { readonly except: readonly string[] };

/** Which clusters, and which of their namespaces, get a registry's pull secret. */
export interface DeliverTo {
  readonly clusters: Selection;
  readonly namespaces: Selection;
}

/** The globs of a selection, in the order of the file. */
export function globsOf(selection: Selection): readonly string[] {
  return "only" in selection ? selection.only : selection.except;
}

/** Whether one glob matches one name; `*` does not span a `/`. */
export function matchesGlob(glob: string, name: string): boolean {
  return picomatch.isMatch(name, glob, { dot: true, nonegate: true, noextglob: true });
}

/**
 * Whether a selection takes something in.
 *
 * @param names the names it goes by: for a namespace both `NAMESPACE` and `CLUSTER/NAMESPACE`.
 */
function selects(selection: Selection, ...names: string[]): boolean {
  const matched = globsOf(selection).some((glob) => names.some((name) => matchesGlob(glob, name)));
  return "only" in selection ? matched : !matched;
}

/** Whether a namespace of a cluster is among those that a registry is delivered to. */
export function deliversTo({ clusters, namespaces }: DeliverTo, cluster: string, namespace: string): boolean {
  return selects(clusters, cluster) && selects(namespaces, namespace, `${cluster}/${namespace}`);
}
