"""What a line does to flaws and to the web: histories, growth, failure probabilities, process windows."""
