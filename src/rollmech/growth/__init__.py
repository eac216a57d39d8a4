"""Crack growth below the toughness: laws, marches along the line, lifetimes."""
