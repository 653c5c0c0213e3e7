"""What whoever runs the server needs: settings, metrics, logs, limits for single clients."""
