"""What the product is about, in the field's own terms; imports nothing else of ours."""
