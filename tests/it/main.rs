mod google;
