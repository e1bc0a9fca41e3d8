// Fetch JSON and use it.
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

interface Slideshow {
  slideshow: { title: string; slides: { title: string }[] };
}

const response = await requests.get(`${base}/json`, { timeout: 5 });
response.raiseForStatus();

const { slideshow } = response.json<Slideshow>();
console.log(slideshow.title);
for (const slide of slideshow.slides) console.log(`- ${slide.title}`);
