// The API key, where this server has keys: kept for this tab alone.

const NAME = 'npuq-api-key';

export const apiKey = () => sessionStorage.getItem(NAME) ?? '';

export function useKey(key) {
  if (key) {
    sessionStorage.setItem(NAME, key);
  } else {
    sessionStorage.removeItem(NAME);
  }
}

export const withKey = (headers = {}) => (apiKey() ? { ...headers, Authorization: `Bearer ${apiKey()}` } : headers);
