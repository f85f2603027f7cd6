"""Code that runs inside the engine's own virtual environment (.venv-engine)."""
