import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const bannedInPureCode = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: "Time comes in with the event." },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Time comes in with the event." },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: "Randomness comes in seeded." },
  { selector: "AwaitExpression", message: "Nothing that decides waits." },
];

const moneyRules = [
  { selector: "CallExpression[callee.name='parseFloat']", message: "Money is parsed by its door's schema and counted in steps: see src/core/instrument.ts." },
];

export default defineConfig(
  { ignores: ["node_modules/**", "reports/**", "data/**", "src/adapters/report/client/**", "bin/**"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 300 }],
      "no-restricted-syntax": ["error", ...moneyRules],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Reads of typed arrays inside hot loops carry `as number`; under noUncheckedIndexedAccess it is needed.
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
    },
  },
  {
    files: ["src/core/**/*.ts", "agents/**/*.ts", "strategies/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...moneyRules, ...bannedInPureCode],
      "no-restricted-globals": ["error", "process", "console", "fetch", "setTimeout", "setInterval", "performance"],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off", "max-lines": ["error", { max: 400 }] },
  },
);
