// Serves the built page with synthetic vehicles, to look at it: npm run dev, or node dev/serve.mjs 2 for two of them.
import { start } from "./vehicle.mjs";

const count = Number(process.argv[2] ?? 1);
const names = ["car-1", "car-2", "car-3", "car-4"].slice(0, count);
const { url } = await start({ port: 8089, vehicles: names.map((name) => ({ name })) });
console.log(`${names.join(", ")} on ${url}`);
