# The app on any host: docker build -t digit-duel . && docker run -p 7860:7860 digit-duel
# docs/security.md says how to name this by its digest.
FROM python:3.12-slim

RUN useradd --create-home duel
WORKDIR /home/duel/app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY --chown=duel:duel . .
USER duel
ENV GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/', timeout=4)"
CMD ["python", "app.py"]
