import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { Generator } from './generator.jsx';

createRoot(document.querySelector('#root')).render(createElement(Generator));
