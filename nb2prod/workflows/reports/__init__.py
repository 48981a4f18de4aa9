"""What ``nb2prod check`` does with many notebooks: settings for each, several at once, results that are kept."""
