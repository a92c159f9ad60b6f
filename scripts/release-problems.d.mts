export function releaseProblems(release: {
  readonly manifest: { readonly version: string; readonly repository?: string | { readonly url: string } };
  readonly changelog: string;
  /** Pages that name the version to install. */
  readonly pages: string;
  readonly tag?: string | undefined;
  readonly repository?: string | undefined;
}): string[];
