/**
 * What a changeset becomes in a changelog: its text, without the commit's hash, and nothing for a dependency of ours that has moved along:
 * all packages share one version, so that each of them moves at every release.
 */
export default {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll('\n', '\n  ')}`,
  getDependencyReleaseLine: async () => '',
};
