/**
 * A `kustomization.yaml` that lists exactly these paths. With none left it says `resources: []`, so that the controller
 * prunes the last one (design, section 6). Paths are made of DNS names, so that none needs quoting.
 */
export function renderKustomization(resources: readonly string[]): string {
  const list = resources.length === 0 ? " []" : resources.map((path) => `\n  - ${path}`).join("");
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:${list}\n`;
}
