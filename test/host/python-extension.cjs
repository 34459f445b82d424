// Stands in for the Python extension in stories: its `environments` chooses what the setting of the resource names, as
// the real one does where nobody has picked another.
const vscode = require("vscode");

exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath(resource) {
      const path = vscode.workspace
        .getConfiguration("python", resource)
        .get("defaultInterpreterPath", "python");
      return { id: path, path };
    },
  },
});
