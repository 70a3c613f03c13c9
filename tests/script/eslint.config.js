// Lint of the page's script. Its parts share one scope, so that each uses names of the others.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ...js.configs.recommended },
  {
    languageOptions: { sourceType: "script", globals: globals.browser },
    rules: {
      "no-undef": "off", // tsc finds these, and knows the other parts
      "no-unused-vars": "off", // likewise, with `noUnusedLocals`
      "no-redeclare": "off",
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "off", // what one part declares another may set
      "no-misleading-character-class": "off", // letters without ink are looked for one by one
      "no-implicit-coercion": "error",
      curly: ["error", "multi-line"],
    },
  },
];
