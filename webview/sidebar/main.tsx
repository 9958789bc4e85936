import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { connectHost, type ViewApi } from '../kit/host';
import { Sidebar } from './Sidebar';
import { readRemembered } from './state/remembered';
import '../kit/tokens.css';
import './sidebar.css';

declare function acquireVsCodeApi(): ViewApi;

// The page forbids `eval`; zod would try it once, and the browser would report the attempt.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root) {
  const api = acquireVsCodeApi();
  createRoot(root).render(
    <Sidebar
      host={connectHost(api, window)}
      remembered={readRemembered(api.getState())}
      remember={(looked) => api.setState(looked)}
    />,
  );
}
