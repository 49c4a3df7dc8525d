import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "build/", "coverage/", "src/config/validator.cjs", "src/config/schema.ts"] },
  { linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true } },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js", "*.cjs"] } } },
    rules: {
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["error", { max: 200 }],
      "max-lines-per-function": ["error", { max: 40 }],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Only io/ reads the environment." },
        { object: "process", property: "exit", message: "Set process.exitCode in main.ts: exiting cuts output short." },
      ],
      "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx"] }],
      "prefer-const": "error",
      eqeqeq: "error",
    },
  },
  // The rim: the only places that read the environment.
  {
    files: ["src/io/**", "src/demo/**", "test/**", "scripts/**", "bench/**"],
    rules: { "no-restricted-properties": "off" },
  },
  // A second interrupt ends the process at once; nothing else may.
  {
    files: ["src/main.ts"],
    rules: { "no-restricted-properties": ["error", { object: "process", property: "env" }] },
  },
  // What a tool printed as JSON is given its type where it is read.
  { files: ["scripts/**"], rules: { "@typescript-eslint/no-unsafe-assignment": "off" } },
  // A suite is one long function of sentences.
  {
    files: ["test/**"],
    rules: {
      "max-lines-per-function": "off",
      "max-lines": ["error", { max: 400 }],
      // What a tool or a socket answered is read as it comes, and then asserted.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  { files: ["**/*.js", "**/*.cjs"], ...tseslint.configs.disableTypeChecked },
);
