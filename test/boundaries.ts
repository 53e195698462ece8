/**
 * The dependency rule: core <- ports <- app <- main; agents and strategies know core alone; adapters know core and
 * ports, never each other; no cycles. A checker that reads nothing would report success, so a minimum is asked for.
 */
import { cruise, type ICruiseResult } from "dependency-cruiser";

const MINIMUM_MODULES = 120;
const PURE_PACKAGES = "node_modules/(zod|technicalindicators|@stdlib)/";

const forbid = (name: string, comment: string, from: string, to: Record<string, string | string[]>) => ({
  name,
  comment,
  severity: "error" as const,
  from: { path: from },
  to,
});

const result = await cruise(
  ["src", "agents", "strategies"],
  {
    ruleSet: {
      forbidden: [
        { name: "no-cycles", comment: "No cycles.", severity: "error", from: {}, to: { circular: true } },
        forbid("core-alone", "core imports nothing but core, zod's types and the indicator library.", "^src/core", {
          pathNot: ["^src/core", PURE_PACKAGES],
        }),
        forbid("indicator-library-in-one-place", "The indicator library is called in src/core/indicators only.", "^(src/(?!core/indicators)|agents|strategies)", {
          path: "technicalindicators",
        }),
        forbid("voters-and-shapes", "agents and strategies import core and zod only.", "^(agents|strategies)", {
          pathNot: ["^src/core", "^agents", "^strategies", "node_modules/zod/"],
        }),
        forbid("agents-not-strategies", "Agents and strategies do not know each other.", "^agents", { path: "^strategies" }),
        forbid("strategies-not-agents", "Agents and strategies do not know each other.", "^strategies", { path: "^agents" }),
        forbid("ports-on-core", "ports import core only.", "^src/ports", { pathNot: ["^src/core", "^src/ports", "node_modules/zod/"] }),
        forbid("app-without-adapters", "app knows ports, not adapters.", "^src/app", { path: "^src/(adapters|cli|main)" }),
        forbid("adapters-inward", "An adapter imports core and ports, and its input types from app; never the command line.", "^src/adapters", {
          path: "^src/(cli|main)",
        }),
        {
          name: "adapters-apart",
          comment: "An adapter never imports another adapter.",
          severity: "error",
          from: { path: "^src/adapters/([^/]+)/" },
          to: { path: "^src/adapters/([^/]+)/", pathNot: "^src/adapters/$1/" },
        },
      ],
    },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"], conditionNames: ["import", "require", "node", "default"], exportsFields: ["exports"] },
  },
);

const { summary, modules } = result.output as ICruiseResult;
const own = modules.filter((module) => /^(src|agents|strategies)\//.test(module.source)).length;
for (const violation of summary.violations) {
  console.error(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}
console.log(`boundaries: ${own} modules read, ${summary.violations.length} violations`);
if (own < MINIMUM_MODULES) {
  console.error(`boundaries: only ${own} modules were read, at least ${MINIMUM_MODULES} are expected: the checker is not seeing the code`);
}
process.exitCode = summary.violations.length > 0 || own < MINIMUM_MODULES ? 1 : 0;
