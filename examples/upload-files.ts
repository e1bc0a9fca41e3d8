// Upload files as a form does, with a name, a type, and fields beside them.
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

const response = await requests.post(`${base}/post`, {
  data: { title: 'Figures' },
  files: [
    ['report', ['report.csv', 'year,sum\n1842,7\n', 'text/csv']],
    ['notes', ['notes.txt', new Blob(['first draft']), 'text/plain']],
  ],
});
const { form, files } = response.json<{ form: object; files: object }>();
console.log(form);
console.log(files);
