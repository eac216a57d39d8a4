SCENE = "scene.html"
