// Read a long answer line by line, while it arrives.
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

await using response = await requests.get(`${base}/stream/3`, { stream: true });

for await (const line of response.iterLines({ decodeUnicode: true })) {
  if (line) console.log(JSON.parse(line).id);
}
