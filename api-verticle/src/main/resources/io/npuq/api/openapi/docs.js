// Nothing is fetched from elsewhere: the document is this server's own, and no validator is asked about it.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'none',
  validatorUrl: null,
});
