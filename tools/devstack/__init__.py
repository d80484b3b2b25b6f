"""The dev stack without hands: an engine, images, and docker-compose.yml up and down again."""
